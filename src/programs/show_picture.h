/* A picture in the terminal. */
#pragma once

#include "picture/picture.h"

/* The picture, scaled down where it is wider than the terminal: in grey or colour on a terminal,
 * by characters from " " to "@", for black to white, in a pipe. */
void show_picture(const struct picture *p);
