#include "report/plane.h"
#include "report/sections.h"

enum { SIDE = 200 };

int boundary_write(const struct page *p, struct text *t, struct error *e) {
    const struct split *train = &p->data->split[TRAIN];
    struct plane plane;
    struct arena a = {0};
    if (p->data->columns.count != 2 || train->count == 0 || train->multi_label)
        return 0;
    int result = plane_make(&plane, p->data, SIDE, SIDE, &a, e);
    if (result == 0) {
        plane_look(&plane, p->model, p->scaling, p->pool);
        html_part(t, "boundary");
        plane_svg_open(&plane, "the predicted classes in the plane", t);
        result = plane_svg_cells(&plane, t, e);
        plane_svg_close(&plane, t);
        text_printf(t, "</section>\n");
    }
    arena_free(&a);
    return result;
}
