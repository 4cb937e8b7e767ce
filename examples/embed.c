/* A trained model inside a program: one row in, a class out, and no allocation after loading:
 *
 *   cc embed.c -lonehot -lm -lpthread && ./a.out MODEL.safetensors 5.1 3.5 1.4 0.2 */
#include <onehot.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    oh_error e = {0};
    oh_context *c = oh_context_new(&e);
    oh_model *m = argc > 1 ? oh_model_load(c, argv[1], &e) : NULL;
    int inputs = oh_model_inputs(m), classes = oh_model_classes(m), best = 0, i;
    float *row, *p;

    if (!m || argc != 2 + inputs) {
        fprintf(stderr, "embed: %s\n", e.status ? e.text : "give a model file and its inputs");
        oh_context_free(c);
        return 2;
    }
    row = (float *)malloc((size_t)inputs * sizeof *row);
    p = (float *)malloc((size_t)classes * sizeof *p);
    for (i = 0; i < inputs; i++)
        row[i] = (float)atof(argv[2 + i]);

    oh_predict_rows(m, row, 1, NULL, p, &e); /* as often as you like */

    for (i = 1; i < classes; i++)
        best = p[i] > p[best] ? i : best;
    if (e.status)
        fprintf(stderr, "embed: %s\n", e.text);
    else
        printf("%s (%.1f %%)\n", oh_model_class_name(m, best), 100 * p[best]);
    free(row);
    free(p);
    oh_model_free(m);
    oh_context_free(c);
    return e.status;
}
