"""A run that ends as with Ctrl-C."""

import keras


class Interrupt(keras.callbacks.Callback):
    """Ends training when an epoch begins."""

    def __init__(self, epoch):
        super().__init__()
        self.when = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.when:
            raise KeyboardInterrupt
