"""Which backbone suits some data, by what each gives there and what it costs on a device."""
