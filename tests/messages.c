#include "messages.h"
#include "base/file.h"
#include "base/text.h"
#include "test.h"

#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MESSAGES "tests/messages.txt"
#define SAID     "tests/messages.new" /* entries in the order printed, if UPDATE_MESSAGES is set */

static const char heading[] = "# What the programs say, word for word, by test: tests/messages.h. "
                              "`make messages` writes it.\n";

static int asked; /* each test runs in its own process */

/* The entry as it is written in the file. */
static struct text entry_of(const char *key, const char *said) {
    struct text t = {0};
    size_t end = strlen(said);
    while (end > 0 && said[end - 1] == '\n')
        end--;
    text_printf(&t, "[%s %s]\n", tcase_name(), key);
    for (size_t i = 0; i < end; i++) {
        if ((i == 0 || said[i - 1] == '\n') && said[i] != '\n')
            text_add(&t, "  ", 2);
        if (strncmp(said + i, test_dir, strlen(test_dir)) == 0) {
            text_add(&t, "TMP", 3);
            i += strlen(test_dir) - 1;
        } else if (said[i] != '\n' && (said[i] == '\x7f' || (unsigned char)said[i] < ' ' ||
                                       (unsigned char)said[i] >= 0xf8)) {
            text_printf(&t, "\\x%02x", (unsigned char)said[i]); /* the file is UTF-8 */
        } else {
            text_add(&t, &said[i], 1);
        }
    }
    text_add(&t, "\n", 1);
    ck_assert(!t.failed);
    return t;
}

/* Returns the first line at or after `at` that begins with this, or NULL. */
static const char *find_line(const char *at, const char *start) {
    for (; at && *at; at = strchr(at, '\n'), at += at != NULL)
        if (strncmp(at, start, strlen(start)) == 0)
            return at;
    return NULL;
}

/* The length of this entry, without the empty lines after it. */
static size_t entry_size(const char *entry) {
    const char *next = find_line(entry + 1, "[");
    size_t size = next ? (size_t)(next - entry) : strlen(entry);
    while (size > 1 && entry[size - 2] == '\n')
        size--;
    return size;
}

static void compare(const struct text *said) {
    size_t size;
    char *file = test_read(MESSAGES, &size), header[300];
    snprintf(header, sizeof header, "%.*s\n", (int)strcspn(said->data, "\n"), said->data);
    const char *entry = find_line(file, header);
    ck_assert_msg(entry != NULL, MESSAGES " does not have\n%s`make messages` adds it", said->data);
    size = entry_size(entry);
    if (size != said->size || memcmp(entry, said->data, size) != 0) {
        test_write(test_path("expected"), entry, size);
        test_write(test_path("printed"), said->data, said->size);
        struct test_outcome o = test_shell("cd %s && diff -U 999 --label " MESSAGES
                                           " --label 'what is printed now' expected printed",
                                           test_dir);
        ck_abort_msg("other words than in " MESSAGES ", which `make messages` takes over:\n%s",
                     o.out);
    }
    free(file);
}

void test_message_as(const char *key, const char *text) {
    struct text t = entry_of(key, text);
    if (getenv("UPDATE_MESSAGES")) {
        /* In one call, so that the entries of parallel suites do not mix. */
        int file = open(SAID, O_WRONLY | O_CREAT | O_APPEND, 0666);
        ck_assert(file >= 0 && write(file, t.data, t.size) == (ssize_t)t.size && close(file) == 0);
    } else {
        compare(&t);
    }
    text_free(&t);
}

void test_message(const char *text) {
    char key[12];
    snprintf(key, sizeof key, "%02d", ++asked);
    test_message_as(key, text);
}

void test_message_but(const char *pattern, const char *text) {
    struct text t = {0};
    regex_t regex;
    regmatch_t m;
    ck_assert_int_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE), 0);
    for (int flags = 0; regexec(&regex, text, 1, &m, flags) == 0; flags = REG_NOTBOL) {
        ck_assert_int_gt(m.rm_eo, m.rm_so);
        text_add(&t, text, (size_t)m.rm_so);
        text_add(&t, "*", 1);
        text += m.rm_eo;
    }
    text_printf(&t, "%s", text);
    regfree(&regex);
    test_message(t.data);
    text_free(&t);
}

void messages_end(void) {
    char header[300];
    size_t size;
    if (asked == 0 || getenv("UPDATE_MESSAGES"))
        return;
    char *file = test_read(MESSAGES, &size);
    snprintf(header, sizeof header, "[%s %02d]\n", tcase_name(), asked + 1);
    ck_assert_msg(!find_line(file, header), MESSAGES " has a message too many: %s", header);
    free(file);
}

/* ---- make messages ---- */

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Whether the text has an entry for the same test as this one. */
static bool has_test(const char *text, const char *entry) {
    char start[300];
    snprintf(start, sizeof start, "%.*s ", (int)strcspn(entry, " "), entry);
    return find_line(text, start) != NULL;
}

/* Merges the entries of `said` with those of `old` whose tests printed nothing, sorted. */
static int merge(const char *said, const char *old, struct text *out) {
    const char *texts[] = {said, old};
    size_t count = 0, most = strlen(said) + strlen(old);
    char **entries = malloc((most + 1) * sizeof *entries);
    for (int i = 0; i < 2; i++)
        for (const char *e = find_line(texts[i], "["); e; e = find_line(e + 1, "["))
            if (i == 0 || !has_test(said, e))
                entries[count++] = strndup(e, entry_size(e));
    qsort(entries, count, sizeof *entries, by_text);
    int twice = 0;
    text_printf(out, "%s", heading);
    for (size_t i = 0; i < count; i++) {
        size_t header = strcspn(entries[i], "\n") + 1;
        bool again = i > 0 && strcmp(entries[i], entries[i - 1]) == 0;
        if (!again && i > 0 && strncmp(entries[i], entries[i - 1], header) == 0) {
            fprintf(stderr, "two texts for %.*s", (int)header, entries[i]);
            twice++;
        }
        if (!again)
            text_printf(out, "\n%s", entries[i]);
    }
    for (size_t i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return twice;
}

static char *content(const char *path) {
    size_t size;
    struct error e = {0};
    char *text = test_exists(path) ? file_read(path, 1 << 26, &size, &e) : NULL;
    return text ? text : strdup("");
}

static bool updating(void) {
    return getenv("UPDATE_MESSAGES") != NULL;
}

void messages_begin_run(void) {
    if (updating())
        remove(SAID);
}

int messages_end_run(bool passed) {
    static const char *const parts[] = {"CK_RUN_SUITE", "CK_RUN_CASE", "CK_INCLUDE_TAGS",
                                        "CK_EXCLUDE_TAGS"};
    struct text out = {0};
    struct error e = {0};
    bool part = false;
    if (!updating())
        return 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        part |= getenv(parts[i]) != NULL;
    char *said = content(SAID), *old = part ? content(MESSAGES) : strdup("");
    bool written =
        merge(said, old, &out) == 0 && passed && file_write(MESSAGES, out.data, out.size, &e) == 0;
    printf("%s\n", written ? MESSAGES " is written" : MESSAGES " is left as it was");
    remove(SAID);
    text_free(&out);
    free(said);
    free(old);
    return written ? 0 : -1;
}
