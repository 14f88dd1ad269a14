from .digits import handwritten_digits as handwritten_digits
from .digits import printed_digits as printed_digits
from .rated_sentences import movie_sentences as movie_sentences
from .rated_sentences import product_sentences as product_sentences
