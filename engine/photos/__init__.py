"""From files to pixels: finding, decoding and cropping photographs."""
