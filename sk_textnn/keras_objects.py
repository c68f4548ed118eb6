"""Everything of ours in a saved Keras model: import this, then load it.

``keras.saving.load_model`` finds layers, losses and optimizers of other packages only once these
have registered them, which importing this module does; it loads TensorFlow.

>>> import sk_textnn.keras_objects
>>> model = keras.saving.load_model("network.keras")  # doctest: +SKIP
"""

from .losses import CrossEntropyLoss as CrossEntropyLoss
from .losses import FocalLoss as FocalLoss
from .losses import TopKLoss as TopKLoss
from .networks._convolution_layers import MaskedConv1D as MaskedConv1D
from .networks._convolution_layers import MaskedConv1DPooling as MaskedConv1DPooling
from .networks._embedding_layers import NGramEmbedding as NGramEmbedding
from .networks._embedding_layers import NGramIds as NGramIds
from .networks._embedding_layers import SpatialDropout1D as SpatialDropout1D
from .networks._embedding_layers import StepDropout as StepDropout
from .networks._embedding_layers import WordDropout as WordDropout
from .networks._embedding_layers import WordEmbedding as WordEmbedding
from .networks._optimizers import OPTIMIZERS as OPTIMIZERS
from .networks._optimizers import RowAdam as RowAdam
from .networks._pooling_layers import AttentionPooling1D as AttentionPooling1D
from .networks._pooling_layers import MaskedAverageOfSequences as MaskedAverageOfSequences
from .networks._pooling_layers import MaskedGlobalAveragePooling1D as MaskedGlobalAveragePooling1D
from .networks._pooling_layers import MaskedGlobalMaxPooling1D as MaskedGlobalMaxPooling1D
from .networks._pooling_layers import MaskedMaxPooling1D as MaskedMaxPooling1D
from .networks._recurrent_layers import GRU as GRU
from .networks._recurrent_layers import LSTM as LSTM
