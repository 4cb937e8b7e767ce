/* The headers of standard C that files use throughout, so that what a file includes besides shows
 * what it depends on: other rooms, libraries, POSIX. */
#pragma once

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
