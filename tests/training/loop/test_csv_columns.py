import csv

import keras

from kerastl.training.loop.csv_columns import add_columns


def test_a_later_metric_gets_a_column_and_earlier_rows_say_that_they_lack_it(tmp_path):
    logger = keras.callbacks.CSVLogger(tmp_path / "log.csv", separator=";")
    logger.on_train_begin()
    for epoch, logs in enumerate(({"loss": 2.0, "val_loss": 1.5}, {"loss": 1.0, "f1": 0.5})):
        add_columns(logger, logs)
        logger.on_epoch_end(epoch, logs)
    logger.on_train_end()
    with open(tmp_path / "log.csv", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert rows == [
        {"epoch": "0", "loss": "2.0", "val_loss": "1.5", "f1": "NA"},
        {"epoch": "1", "loss": "1.0", "val_loss": "NA", "f1": "0.5"},
    ]


def test_a_file_that_another_run_began_keeps_its_columns(tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("epoch,loss\n0,3.0\n")
    logger = keras.callbacks.CSVLogger(file, append=True)
    logger.on_train_begin()
    for epoch, logs in enumerate(({"loss": 2.0, "val_loss": 1.0}, {"loss": 1.0, "f1": 0.5})):
        add_columns(logger, logs)
        logger.on_epoch_end(epoch, logs)
    assert file.read_text().startswith("epoch,loss\n0,3.0\n0,2.0,1.0\n")
