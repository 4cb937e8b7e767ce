/* The program of docs/export.md, which runs it. */
#include "plants.h"
#include <stdio.h>

int main(void) {
    float row[plants_columns], logits[plants_outputs];
    row[plants_col_height] = 2.5f;
    row[plants_col_colour] = plants_text(plants_col_colour, "red");
    printf("%s\n", plants_class(plants_predict_row(row, logits)));
    return !plants_check();
}
