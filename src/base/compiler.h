/* What compiled this file, for records of measurements: a string. */
#ifndef ONEHOT_BASE_COMPILER_H
#define ONEHOT_BASE_COMPILER_H

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

#endif
