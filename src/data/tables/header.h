/* Whether the first record of a table names its columns. */
#pragma once

#include "data/data_options.h"
#include "data/tables/reader.h"

/* By what the options say, by the names that they and the trained model expect, or by comparing the
 * first record with those below it. Those are read; sets *width to the number of fields of the
 * second record, or 0. */
ERROR_CHECKED int header_detect(struct reader *r, const struct string_list *first,
                                const struct data_options *from, bool *header, int *width,
                                struct error *e);
