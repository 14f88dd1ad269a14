from .freeze_schedule import FreezeSchedule as FreezeSchedule
from .gradual_unfreeze import GradualUnfreeze as GradualUnfreeze
from .tracking.tracker import Tracker as Tracker
from .unfreeze_on_plateau import UnfreezeOnPlateau as UnfreezeOnPlateau
