"""Speed and accuracy, measured: ``make bench``. Never part of the tests: these figures are of the
machine they are taken on."""
