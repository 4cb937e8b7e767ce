/* A picture in the terminal. */
#pragma once

#include "picture/picture.h"

/* The picture, scaled down if it is wider than the terminal: in grey or colour on a terminal,
 * otherwise in characters from " " for black to "@" for white. */
void show_picture(const struct picture *p);
