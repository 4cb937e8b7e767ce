/* The compiler and its version as a string, for records of measurements. */
#pragma once

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif
