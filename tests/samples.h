/* Small datasets of every kind, for suites that run commands. */
#ifndef ONEHOT_TESTS_SAMPLES_H
#define ONEHOT_TESTS_SAMPLES_H

/* Moves test_dir into memory (test_in_memory), and writes below test_dir/data:
 *   idx        3 classes of 4 x 2 pixels, gzipped
 *   folders    the same as PNG files in class folders
 *   photos     2 classes of JPEG files, of 8 x 8 pixels
 *   table.csv  a number with a decimal comma, a text, the label "kind" of 2 classes
 *   pairs.csv  two numbers, some missing, and the labels "p" and "q" of multi-label samples */
void samples_write(void);

#endif
