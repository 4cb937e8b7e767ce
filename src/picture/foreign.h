/* Files that are neither PNG nor JPEG. */
#pragma once

#include "picture/decode.h"

/* Refuses a file by its first bytes: other picture formats with the command that converts them, and
 * what is found in place of a picture after a failed download. Returns -1. */
int foreign_refuse(const struct encoded *from, struct error *e);
