/* What compiled this file, for records of measurements: a string. */
#pragma once

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif
