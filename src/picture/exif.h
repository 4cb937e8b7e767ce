/* The one fact that is read from a camera's EXIF data: how the camera was held. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The orientation, 1 .. 8 (see picture_orient), in the data of a JPEG's APP1 segment, which may be
 * hostile; 0 if it has none, or not a valid one. */
int exif_orientation(const uint8_t *data, size_t size);
