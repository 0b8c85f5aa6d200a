"""Opening sounds: streaming decoders, resampling, waveforms."""
