#include "test.h"
#include "config/keys.h"
#include "messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

char test_dir[64];

static void set_up(void) {
    strcpy(test_dir, "/tmp/onehot-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(test_dir));
}

static void tear_down(void) {
    char command[256];
    snprintf(command, sizeof command, "chmod -R u+rwx %s; rm -rf %s", test_dir, test_dir);
    ck_assert_int_eq(system(command), 0);
    messages_end();
}

void test_in_memory(void) {
    char path[] = "/dev/shm/onehot-test-XXXXXX";
    if (mkdtemp(path)) {
        rmdir(test_dir);
        strcpy(test_dir, path);
    }
}

Suite *test_suite(const char *name, const TTest *const *tests, size_t count) {
    Suite *s = suite_create(name);
    char tags[200];
    for (size_t i = 0; i < count; i++) {
        TCase *c = tcase_create(tests[i]->name);
        tcase_add_checked_fixture(c, set_up, tear_down);
        snprintf(tags, sizeof tags, "%s %s", name, tests[i]->name);
        tcase_set_tags(c, tags);
        tcase_set_timeout(c,
                          240); /* ends a hang, but leaves time for sanitizers on a busy machine */
        tcase_add_test(c, tests[i]);
        suite_add_tcase(s, c);
    }
    return s;
}

bool test_tier(const char *name) {
    const char *tier = getenv("TIER");
    return tier && strcmp(tier, name) == 0;
}

const char *test_path(const char *format, ...) {
    static char paths[8][512];
    static int next;
    char *path = paths[next++ % 8];
    int size = snprintf(path, sizeof paths[0], "%s/", test_dir);
    va_list args;
    va_start(args, format);
    vsnprintf(path + size, sizeof paths[0] - (size_t)size, format, args);
    va_end(args);
    return path;
}

void test_write(const char *path, const void *data, size_t size) {
    FILE *f = fopen(path, "wb");
    ck_assert_msg(f != NULL, "cannot write %s", path);
    ck_assert_uint_eq(fwrite(data, 1, size, f), size);
    ck_assert_int_eq(fclose(f), 0);
}

bool test_exists(const char *path) {
    return access(path, F_OK) == 0;
}

char *test_read(const char *path, size_t *size) {
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "cannot read %s", path);
    fseek(f, 0, SEEK_END);
    *size = (size_t)ftell(f);
    rewind(f);
    char *data = malloc(*size + 1);
    ck_assert_uint_eq(fread(data, 1, *size, f), *size);
    data[*size] = '\0';
    fclose(f);
    return data;
}

static void take(const char *path, char *text, size_t most) {
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(text, 1, most - 1, f) : 0;
    text[n] = '\0';
    if (f)
        fclose(f);
}

struct test_outcome test_shell(const char *format, ...) {
    struct test_outcome o;
    char command[4000], line[5000];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    const char *out = test_path("shell-out"), *err = test_path("shell-err");
    snprintf(line, sizeof line, "{ %s\n} >%s 2>%s", command, out, err);
    int status = system(line);
    o.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    take(out, o.out, sizeof o.out);
    take(err, o.err, sizeof o.err);
    remove(out);
    remove(err);
    return o;
}

void test_names(const char *text, const char *names) {
    ck_assert_msg(strstr(text, names) != NULL, "%s is not in: %s", names, text);
}

void test_refused(const struct error *e, const char *names) {
    ck_assert_msg(e->status == ERROR_INPUT, "status %d: %s", e->status, e->text);
    test_names(e->text, names);
    test_message(e->text);
}

void test_failed(struct test_outcome o, int status, const char *names) {
    ck_assert_msg(o.status == status, "status %d: %s", o.status, o.err);
    ck_assert_msg(o.err[0] && strchr(o.err, '\n') == o.err + strlen(o.err) - 1, "no line: %s",
                  o.err);
    test_names(o.err, names);
    test_message(o.err);
}

cJSON *test_json(const struct test_outcome *o) {
    struct error e = {0};
    cJSON *root = json_parse(o->out, strlen(o->out), "stdout", &e);
    ck_assert_msg(root != NULL, "%s%s", e.text, o->err);
    return root;
}

const cJSON *test_member(const cJSON *object, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    ck_assert_msg(item != NULL, "no %s", name);
    return item;
}

void test_small_run(const char *name, const char *more) {
    struct test_outcome o =
        test_shell("$ONEHOT train tests/small.json train.epochs=2 output=%s --quiet %s",
                   test_path("%s", name), more);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

double test_result(const char *name, const char *key) {
    size_t size;
    struct error e = {0};
    char *text = test_read(test_path("%s/result.json", name), &size);
    cJSON *root = json_parse(text, size, "result.json", &e);
    ck_assert_msg(root != NULL, "%s", e.text);
    double number = test_member(root, key)->valuedouble;
    cJSON_Delete(root);
    free(text);
    return number;
}

cJSON *test_page(const char *path) {
    static const char begin[] = "<script type=\"application/json\" class=\"data\">";
    size_t size;
    char *page = test_read(path, &size), *json = strstr(page, begin);
    ck_assert_uint_eq(strlen(page), size);
    ck_assert_msg(json != NULL, "%s has no data", path);
    json += strlen(begin);
    size = strcspn(json, "<");
    ck_assert_int_eq(strncmp(json + size, "</script>\n<script>\n", 19), 0);
    json[size] = '\0';
    cJSON *root = cJSON_Parse(json);
    ck_assert_msg(root != NULL, "%s", json);
    free(page);
    return root;
}

char *test_drawn(const char *path, const char *options) {
    size_t size;
    if (test_tier("quick"))
        return NULL;
    struct test_outcome o =
        test_shell("cd %s && command -v chromium >/dev/null || exit 77; "
                   "timeout 120 chromium --headless --no-sandbox --disable-gpu "
                   "--disable-background-networking --enable-logging=stderr "
                   "--user-data-dir=profile %s --dump-dom file://%s >drawn 2>log; s=$?; "
                   "grep CONSOLE log; exit $s",
                   test_dir, options, path);
    if (o.status == 77) {
        puts("what the script of a page draws: skipped; to include it: apt-get install chromium");
        return NULL;
    }
    ck_assert_msg(o.status == 0 && !*o.out, "status %d, console: %s", o.status, o.out);
    char *drawn = test_read(test_path("drawn"), &size);
    char *end = strstr(drawn, "<script type=\"application/json\"");
    ck_assert_ptr_nonnull(end);
    strcpy(end, strstr(end, "</html>")); /* without the scripts */
    return drawn;
}

struct target test_target(int *labels, int rows, int classes, struct arena *a) {
    struct target t = {.labels = labels};
    t.y = (struct tensor){arena_alloc(a, (size_t)rows * (size_t)classes, sizeof(real)), rows,
                          classes};
    ck_assert_ptr_nonnull(t.y.data);
    for (int n = 0; n < rows; n++)
        tensor_row(t.y, n)[labels[n]] = 1;
    return t;
}

void test_required(const struct kind *row, int number, const char *string, char *json,
                   size_t size) {
    struct text t = {0};
    struct json j = {.out = &t};
    json_open(&j, NULL, '{');
    json_string(&j, "type", row->name);
    for (const struct key *k = row->keys; k && k->name; k++)
        if (!k->initial && k->type == KEY_STRING) {
            json_string(&j, k->name, string);
        } else if (!k->initial) {
            ck_assert_int_eq(k->type, KEY_INT);
            json_int(&j, k->name, number);
        }
    json_close(&j, '}');
    ck_assert_uint_lt(t.size, size);
    memcpy(json, t.data, t.size + 1);
    text_free(&t);
}

void *test_options(const struct kind *row, const char *json, struct arena *a) {
    struct error e = {0};
    void *options = arena_alloc(a, 1, row->size);
    ck_assert_msg(keys_read(row->keys, json, strlen(json), row->name, NULL, a, options, &e) == 0,
                  "%s", e.text);
    return options;
}
