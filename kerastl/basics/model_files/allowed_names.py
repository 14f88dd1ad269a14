"""Names that the configuration in a model file may use; every other name is refused."""

# Layers that only compute. Not here: Lambda, layers that read files (TFSMLayer, lookups of
# words) and layers that run other frameworks.
_LAYERS = """
Activation ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D
AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D Add
AdditiveAttention AlphaDropout Attention AugMix AutoContrast Average AveragePooling1D
AveragePooling2D AveragePooling3D BatchNormalization Bidirectional CenterCrop Concatenate
ContrastLimitedAdaptiveHistogramEqualization Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D
Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D Cropping1D Cropping2D Cropping3D CutMix Dense
DepthwiseConv1D DepthwiseConv2D Dot Dropout ELU EinsumDense Embedding Equalization Flatten
Functional GRU GRUCell GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
GroupNormalization GroupQueryAttention Identity InputLayer LSTM LSTMCell LayerNormalization
LeakyReLU Masking MaxPooling1D MaxPooling2D MaxPooling3D Maximum Minimum MixUp Model
MultiHeadAttention Multiply Normalization PReLU Permute Pipeline RMSNormalization RNN RandAugment
RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop
RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue
RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation
RandomSharpness RandomShear RandomTranslation RandomZoom ReLU RepeatVector Rescaling Reshape
Resizing ReversibleEmbedding SeparableConv1D SeparableConv2D Sequential SimpleRNN SimpleRNNCell
Softmax Solarization SpatialDropout1D SpatialDropout2D SpatialDropout3D SpectralNormalization
StackedRNNCells Subtract TimeDistributed UnitNormalization UpSampling1D UpSampling2D UpSampling3D
ZeroPadding1D ZeroPadding2D ZeroPadding3D
"""

# Layers in `keras.applications`.
_OF_APPLICATIONS = """
CustomScaleLayer LayerScale StochasticDepth
"""

# What layers take as arguments: initializers, regularizers, constraints and precisions.
_ARGUMENTS = """
Constant GlorotNormal GlorotUniform HeNormal HeUniform IdentityInitializer LecunNormal
LecunUniform Ones Orthogonal OrthogonalInitializer RandomNormal RandomUniform TruncatedNormal
VarianceScaling Zeros
L1 L1L2 L2 OrthogonalRegularizer
MaxNorm MinMaxNorm NonNeg UnitNorm
DTypePolicy DTypePolicyMap FloatDTypePolicy
SeedGenerator
"""

# What a model is compiled with.
_TRAINING = """
Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion LossScaleOptimizer Muon Nadam RMSprop
SGD
CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay
PolynomialDecay
BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy
CategoricalHinge CosineSimilarity Dice Hinge Huber KLDivergence LogCosh MeanAbsoluteError
MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson
SparseCategoricalCrossentropy SquaredHinge Tversky
AUC Accuracy BinaryAccuracy BinaryIoU CategoricalAccuracy F1Score FBetaScore FalseNegatives
FalsePositives IoU LogCoshError Mean MeanIoU MeanMetricWrapper OneHotIoU OneHotMeanIoU Precision
PrecisionAtRecall R2Score Recall RecallAtPrecision RootMeanSquaredError
SensitivityAtSpecificity SparseCategoricalAccuracy SparseTopKCategoricalAccuracy
SpecificityAtSensitivity Sum TopKCategoricalAccuracy TrueNegatives TruePositives
"""

_ACTIVATIONS = """
celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu
linear log_sigmoid log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus
softsign sparse_plus sparse_sigmoid sparsemax squareplus swish tanh tanh_shrink threshold
"""

_MEASURES = """
binary_accuracy binary_crossentropy binary_focal_crossentropy categorical_accuracy
categorical_crossentropy categorical_focal_crossentropy categorical_hinge cosine_similarity dice
hinge huber kl_divergence log_cosh mean_absolute_error mean_absolute_percentage_error
mean_squared_error mean_squared_logarithmic_error poisson sparse_categorical_accuracy
sparse_categorical_crossentropy sparse_top_k_categorical_accuracy squared_hinge
top_k_categorical_accuracy tversky
"""

# Operations of functional models. Each makes its result from a tensor in the graph; none calls
# a function, and none makes a tensor of a size that only the configuration states.
_OPERATIONS = """
Abs Absolute AdaptiveAveragePool AdaptiveMaxPool Add AffineTransform All Amax Amin Any Arccos
Arccosh Arcsin Arcsinh Arctan Arctan2 Arctanh Argmax Argmin Argsort Array Average AveragePool
BatchNorm BroadcastTo CDist Cast Ceil Celu Clip Concatenate Conv ConvTranspose ConvertToTensor
Copy Cos Cosh CropImages Cumprod Cumsum DepthToSpace DepthwiseConv Diagonal Diff Divide
DivideNoNan Dot DotProductAttention Einsum Elu Equal Erf Erfc Erfinv Exp Exp2 ExpandDims Expm1
ExtractPatches Flip Floor FloorDivide Fold FullLike GaussianBlur Gelu GetItem Glu Greater
GreaterEqual HSVToRGB HardShrink HardSigmoid HardSilu HardTanh Heaviside Hstack Hypot Inner
Isfinite Isinf Isnan LayerNorm LeakyRelu Less LessEqual Log Log10 Log1p Log2 LogSigmoid
LogSoftmax Logaddexp LogicalAnd LogicalNot LogicalOr LogicalXor Logsumexp Matmul Max MaxPool
Maximum Mean Median Min Minimum Mod Moments Moveaxis MultiHot Multiply NanToNum Negative Norm
Normalize NotEqual OneHot OnesLike Outer Pad PadImages Power Prod Quantile RGBToGrayscale
RGBToHSV RMSNorm Ravel Rearrange Reciprocal Relu Relu6 Repeat Reshape Resize Roll Rot90 Round
Rsqrt SaturateCast ScatterUpdate SegmentMax SegmentSum Selu SeparableConv Sigmoid Sign Silu Sin
Sinh Slice SliceUpdate SoftShrink Softmax Softplus Softsign Sort SpaceToDepth SparsePlus
SparseSigmoid Sparsemax Split Sqrt Square Squareplus Squeeze Stack Std StopGradient Subtract Sum
Swapaxes Take TakeAlongAxis Tan Tanh TanhShrink Tensordot Threshold Tile TopK Trace Transpose
Tril Triu TrueDivide Trunc Unfold Unstack Var Vdot Vstack Where ZerosLike
"""

# Only in files of Keras 1 and 2.
_KERAS2 = """
BatchNormalizationV1 BatchNormalizationV2 Convolution1D Convolution2D InputSpec Policy RandomHeight
RandomWidth ThresholdedReLU
"""

# TensorFlow functions that a Keras 2 `TFOpLambda` may call.
_ARITHMETIC = """
cast clip_by_value identity math.abs math.add math.add_n math.divide math.divide_no_nan math.exp
math.floordiv math.floormod math.log math.maximum math.minimum math.multiply math.negative
math.pow math.reduce_max math.reduce_mean math.reduce_min math.reduce_sum math.rsqrt math.sigmoid
math.sqrt math.square math.subtract math.tanh math.truediv nn.elu nn.gelu nn.leaky_relu nn.relu
nn.relu6 nn.selu nn.sigmoid nn.silu nn.softmax nn.swish __operators__.add
"""

CLASSES = frozenset((_LAYERS + _OF_APPLICATIONS + _ARGUMENTS + _TRAINING).split())
"""Classes of Keras 3."""
OPERATIONS = frozenset(_OPERATIONS.split())
"""Classes in `keras.src.ops`."""
FUNCTIONS = frozenset((_ACTIVATIONS + _MEASURES).split())
"""Functions of Keras."""
ACTIVATIONS = frozenset(_ACTIVATIONS.split())
KERAS2_CLASSES = CLASSES | frozenset(_KERAS2.split())
"""Classes of Keras 2."""
OPERATOR_LAYERS = {
    "TFOpLambda": frozenset(_ARITHMETIC.split()),
    "SlicingOpLambda": frozenset({"__operators__.getitem"}),
}
"""Layers of Keras 2 that call a TensorFlow function, with the functions that are allowed."""
DATA = frozenset(
    {
        *("__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"),
        *("__tuple__", "TensorShape"),
    }
)
"""Values that JSON has no type for."""
KERAS_HUB_FUNCTIONS = frozenset({"keras_hub>gelu_approximate", "keras_nlp>gelu_approximate"})
