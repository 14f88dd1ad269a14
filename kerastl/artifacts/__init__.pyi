
from .bundle.artifact import Artifact as Artifact
from .bundle.bundle import Bundle as Bundle
from .export import export_bundle as export_bundle
from .exportable import Exportable as Exportable
from .exportable import RawReader as RawReader
from .held_out import HeldOut as HeldOut
from .measure import Measure as Measure
from .readers.image_reader import ImageReader as ImageReader
from .readers.text_reader import TextReader as TextReader
