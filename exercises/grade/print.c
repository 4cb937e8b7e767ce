#include "print.h"
#include "ui/command.h"
#include "ui/table.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- for people ---- */

/* Prints the first lines of output, without control characters, which could affect the terminal. */
static void print_output(const char *output) {
    enum { LINES = 24 };
    int lines = 0;
    for (const char *line = output; *line && lines < LINES; lines++) {
        size_t length = strcspn(line, "\n");
        printf("   | ");
        for (size_t i = 0; i < length; i++)
            putchar((unsigned char)line[i] < 32 || line[i] == 127 ? ' ' : line[i]);
        putchar('\n');
        line += length + (line[length] == '\n');
        if (*line && lines == LINES - 1)
            printf("   | ...\n");
    }
}

static void add_success(struct text *t, const struct job *job) {
    const struct verdict *v = &job->verdict;
    text_printf(t, "It passes all %d cases", v->cases);
    if (!isnan(v->numeric))
        text_printf(t, " and agrees with central differences (error at most %.1g)", v->numeric);
    text_printf(t,
                ". In a short training run of %s, it reaches a test accuracy of %.2f %% on MNIST",
                job->x->config, 100 * v->accuracy);
    if (v->identical)
        text_printf(t, ", and the model matches the framework's own bit for bit");
    else
        text_printf(t, " (the framework's own function: %.2f %%)", 100 * v->framework);
    text_printf(t, ". Now read %s.", job->x->source);
}

void print_job(const struct job *job) {
    struct text t = {0};
    printf("%02d %-18s %s\n", job->number, job->x->name, job->state);
    if (job->verdict.state == UNWRITTEN)
        text_printf(&t, "The comment in %s says what to do. Replace YOUR_CODE_HERE with your code.",
                    job->file);
    else if (job->verdict.state == RIGHT)
        add_success(&t, job);
    else if (job->state != job_not_compiled)
        text_printf(&t, "%s", job->verdict.text);
    if (t.data)
        terminal_paragraph("   ", t.data);
    text_free(&t);
    print_output(job->output);
}

void print_list(const struct job *jobs, int count) {
    int next = -1;
    for (int i = 0; i < count; i++) {
        printf("%02d %-18s %s\n", jobs[i].number, jobs[i].x->name, jobs[i].state);
        if (next < 0 && jobs[i].verdict.state != RIGHT)
            next = i;
    }
    printf("\n");
    if (next >= 0)
        printf("next: %s\n      make -C exercises grade-%02d\n", jobs[next].file,
               jobs[next].number);
    else
        printf("make -C exercises grade    also trains on MNIST with each\n");
}

/* ---- for programs ---- */

int print_csv(const struct job *jobs, int count, struct error *e) {
    struct table t = {.form = TABLE_CSV};
    for (int i = 0; i < count; i++) {
        table_add(&t, "file", jobs[i].file);
        table_format(&t, "exercise", "%d", jobs[i].number);
        table_add(&t, "name", jobs[i].x->name);
        table_add(&t, "state", jobs[i].state);
        table_add(&t, "words", jobs[i].verdict.text);
        table_end_row(&t);
    }
    return table_print(&t, e);
}

int print_json(const struct job *jobs, int count, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 1};
    json_open(&j, NULL, '[');
    for (int i = 0; i < count; i++) {
        json_open(&j, NULL, '{');
        json_string(&j, "file", jobs[i].file);
        json_int(&j, "exercise", jobs[i].number);
        json_string(&j, "name", jobs[i].x->name);
        json_string(&j, "state", jobs[i].state);
        json_string(&j, "words", jobs[i].verdict.text);
        json_number(&j, "accuracy", jobs[i].verdict.accuracy);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    return command_print(&t, e);
}
