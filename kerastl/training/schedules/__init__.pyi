from .bit_hyper_rule import BiTHyperRule as BiTHyperRule
from .feature_extraction import FeatureExtraction as FeatureExtraction
from .full_fine_tune import FullFineTune as FullFineTune
from .gradual_unfreeze import GradualUnfreeze as GradualUnfreeze
from .linear_probe_then_fine_tune import LinearProbeThenFineTune as LinearProbeThenFineTune
from .lora import LoRA as LoRA
from .one_cycle_fine_tune import OneCycleFineTune as OneCycleFineTune
from .probe_guided_fine_tune import ProbeGuidedFineTune as ProbeGuidedFineTune
