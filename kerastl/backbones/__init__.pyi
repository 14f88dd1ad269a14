from .backbone import Backbone as Backbone
from .hub.packing import TokenPacker as TokenPacker
from .preprocessing import PixelScaling as PixelScaling
from .registry import backbone as backbone
from .registry import backbone_from_config as backbone_from_config
from .registry import names as names
from .stage import Stage as Stage
