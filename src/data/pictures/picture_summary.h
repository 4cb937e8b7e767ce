/* What a list of picture files turned out to be, once all have been read. */
#pragma once

#include "data/pictures/conversion.h"
#include "data/pictures/picture_files.h"

/* Fails if the files have several sizes, or some are grey and some in colour, and the options do
 * not make them alike. The sentence says which option does. */
ERROR_CHECKED int picture_summary_check(const struct picture_files *files,
                                        const struct conversion *c, const struct data_options *from,
                                        struct error *e);

/* Adds notes to the dataset: formats, sizes, and what was converted. */
ERROR_CHECKED int picture_summary_note(struct dataset *d, const struct picture_files *files,
                                       const struct conversion *c, struct error *e);
