#pragma once

#include "picture/picture.h"

/* Prints an image, scaled down if it is wider than the terminal: in grey or colour on a terminal,
 * otherwise in characters from " " for black to "@" for white. */
void show_image(const struct picture *p);
