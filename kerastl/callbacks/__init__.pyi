from .freeze_schedule import FreezeSchedule as FreezeSchedule
from .gradual_unfreeze import GradualUnfreeze as GradualUnfreeze
from .unfreeze_on_plateau import UnfreezeOnPlateau as UnfreezeOnPlateau
