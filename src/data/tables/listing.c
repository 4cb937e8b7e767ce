#include "data/tables/listing.h"
#include "json/json.h"

enum { SHOWN = 5 };

void listing_add(struct listing *l, const char *name, int number) {
    struct json j = {.out = &l->json, .after_value = l->count > 0};
    json_string(&j, NULL, name);
    if (l->count++ >= SHOWN)
        return;
    text_printf(&l->names, "%s\"%s\"", l->count > 1 ? ", " : "", name);
    if (number >= 0)
        text_printf(&l->names, " (%d)", number);
}

const char *listing_names(struct listing *l) {
    if (l->count > SHOWN)
        text_printf(&l->names, " and %d more", l->count - SHOWN);
    return l->names.data && !l->names.failed ? l->names.data : "?";
}

int listing_note(struct listing *l, struct dataset *d, const char *what, struct error *e) {
    return l->count > 0 ? dataset_note(d, e, "%s: %s", what, listing_names(l)) : 0;
}

void listing_free(struct listing *l) {
    text_free(&l->names);
    text_free(&l->json);
}
