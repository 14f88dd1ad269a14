from .hit import Hit as Hit
from .vector_index import VectorIndex as VectorIndex
