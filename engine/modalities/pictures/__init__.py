"""Opening pictures: reduced decoding, colours, what cameras wrote into them, thumbnails and model input."""
