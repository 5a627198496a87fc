"""From files of a scanner to one record a sheet."""
