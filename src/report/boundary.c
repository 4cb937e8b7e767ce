#include "report/plane.h"
#include "report/sections.h"

enum { SIDE = 200 };

void boundary_write(struct report *r) {
    const struct page *p = r->page;
    const struct split *train = &p->data->split[TRAIN];
    struct plane plane;
    struct error memory = {0};
    if (p->data->columns.count != 2 || train->count == 0 || train->multi_label)
        return;
    r->text.failed |= plane_make(&plane, p->data, SIDE, SIDE, &r->arena, &memory) != 0;
    if (r->text.failed)
        return;
    plane_look(&plane, p->model, p->scaling, p->pool);
    html_part(&r->text, "boundary");
    plane_svg_open(&plane, "the predicted classes in the plane", &r->text);
    plane_svg_cells(&plane, &r->text);
    plane_svg_close(&plane, &r->text);
    text_printf(&r->text, "</section>\n");
}
