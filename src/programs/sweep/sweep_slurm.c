/* Prints the commands of a sweep's jobs, or runs them as a job array of Slurm. Slurm keeps all
 * state: the array has a name that depends only on the jobs and the folder, so that the same
 * command finds it again. */
#define _GNU_SOURCE
#include "base/embed.h"
#include "base/file.h"
#include "base/platform.h"
#include "base/template.h"
#include "programs/sweep/sweep.h"
#include "ui/command.h"
#include "ui/signals.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { POLL = 2, LAG = 90 }; /* seconds; NFS may show a file this long after its job's end */

void sweep_slurm_name(struct sweep *s) {
    char folder[FILE_PATH] = "", hex[SHA256_HEX];
    struct sha256 h;
    sha256_begin(&h);
    sha256_add(&h, folder, getcwd(folder, sizeof folder) ? strlen(folder) : 0);
    for (const struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++)
        sha256_add(&h, j->id, sizeof j->id);
    sha256_end(&h, hex);
    snprintf(s->slurm.name, sizeof s->slurm.name, "onehot-%.8s", hex);
}

/* Adds the word, after `before`, quoted for the shell if necessary. */
static void add_quoted(struct text *t, const char *before, const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./=:,+@%-";
    const char *quote = *word && word[strspn(word, plain)] == '\0' ? "" : "'";
    text_printf(t, "%s%s", before, quote);
    for (; *word; word++)
        text_printf(t, *word == '\'' ? "'\\''" : "%c", *word);
    text_printf(t, "%s", quote);
}

static void add_command(const struct sweep *s, const struct job *j, struct text *t) {
    add_quoted(t, "", program_invocation_name);
    add_quoted(t, " train ", s->config);
    for (const char **o = j->overrides; *o; o++)
        add_quoted(t, " ", *o);
}

/* Adds the array's script, with the waiting jobs. */
static void add_script(const struct sweep *s, struct text *t) {
    struct text array = {0}, cases = {0};
    const char *comma = "";
    for (int i = 0; i < s->grid.jobs; i++) {
        bool after = i > 0 && s->jobs[i - 1].state == JOB_WAITING;
        bool before = i + 1 < s->grid.jobs && s->jobs[i + 1].state == JOB_WAITING;
        if (s->jobs[i].state != JOB_WAITING)
            continue;
        if (!after || !before)
            text_printf(&array, "%s%d", after ? "-" : comma, i + 1);
        text_printf(&cases, "%s%d) run=", *comma ? "\n" : "", i + 1);
        add_quoted(&cases, "", s->jobs[i].directory);
        text_printf(&cases, "; set -- ");
        add_command(s, &s->jobs[i], &cases);
        text_printf(&cases, " ;;");
        comma = ",";
    }
    if (s->slurm.at_a_time > 0)
        text_printf(&array, "%%%d", s->slurm.at_a_time);
    template_add(t, embed_programs_sweep_slurm_in, "script",
                 "name=%s array=%s threads=%d options=%s jobs=%s", s->slurm.name, array.data,
                 s->threads, s->slurm.options, cases.data);
    text_done(&array, t);
    text_done(&cases, t);
}

int sweep_list(const struct sweep *s, bool script, struct error *e) {
    struct text t = {0};
    if (script && sweep_count(s, JOB_WAITING) > 0)
        add_script(s, &t);
    for (const struct job *j = s->jobs; j < s->jobs + s->grid.jobs && !script; j++) {
        if (j->state == JOB_FINISHED)
            continue;
        add_command(s, j, &t);
        if (s->threads > 0)
            text_printf(&t, " --threads %d", s->threads);
        text_printf(&t, "\n");
    }
    return command_print(&t, e);
}

/* Submits the waiting jobs. If sbatch fails, it has printed the reason on stderr. */
static int submit(struct sweep *s, struct error *e) {
    SCOPED(text) t = {0};
    add_script(s, &t);
    signal(SIGPIPE, SIG_IGN); /* sbatch may end before it has read the script */
    fflush(stdout);
    FILE *sbatch = t.failed ? NULL : popen("exec sbatch >/dev/null", "w");
    if (sbatch)
        fputs(t.data, sbatch);
    if (t.failed)
        error_memory(e, "the jobs");
    else if (!sbatch || pclose(sbatch) != 0)
        error_run(e, "onehot sweep: sbatch failed; correct --slurm='OPTIONS', or print the script "
                     "with --list=slurm");
    signal(SIGPIPE, SIG_DFL);
    return e->status ? -1 : 0;
}

/* Whether any job of the array is running or queued; -1 if Slurm does not answer. */
static int is_active(const struct sweep *s) {
    char command[100];
    int jobs = 0;
    snprintf(command, sizeof command, "exec squeue --me --noheader --format=%%i --name=%s",
             s->slurm.name);
    FILE *squeue = popen(command, "r");
    while (squeue && (fscanf(squeue, "%*s") != EOF))
        jobs++;
    return squeue && pclose(squeue) == 0 ? jobs > 0 : -1;
}

/* Sets the job's state. If the array has ended without its result, the last line of its log is the
 * reason. */
static void look(struct sweep *s, struct job *j, bool ended, bool lagging) {
    char path[FILE_PATH], last[SWEEP_LINE] = "";
    struct error none = {0};
    FILE *log = NULL;
    if (sweep_take_result(j, false)) {
        sweep_view_job(s, j);
        return;
    }
    j->state = file_find(path, j->directory, "lock", &none) ? JOB_RUNNING : JOB_QUEUED;
    snprintf(path, sizeof path, "runs/.%s/%d", s->slurm.name, (int)(j - s->jobs) + 1);
    if (ended && (log = fopen(path, "r")))
        sweep_last_line(log, last);
    if (ended && (*last || !lagging)) {
        error_run(&j->error, "%s",
                  *last ? last : "Slurm has ended it without a result or a message");
        j->state = JOB_FAILED;
        sweep_view_job(s, j);
    }
}

int sweep_slurm_run(struct sweep *s, struct error *e) {
    double ended = 0; /* when the array was found to have ended */
    int active = sweep_count(s, JOB_WAITING) > 0 ? is_active(s) : 1; /* else nothing to submit */
    if (active < 0)
        return error_run(e, "onehot sweep: squeue failed; call --slurm on a host with Slurm");
    if (active == 0 && submit(s, e) != 0)
        return -1;
    signals_catch();
    while (sweep_count(s, JOB_FINISHED) + sweep_count(s, JOB_FAILED) < s->grid.jobs) {
        sweep_view_running(s);
        nanosleep(&(struct timespec){.tv_sec = POLL}, NULL);
        if (signals_caught())
            break;
        if (ended == 0 && is_active(s) == 0) /* if Slurm does not answer, it may later */
            ended = clock_seconds();
        for (struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++)
            if (j->state != JOB_FINISHED && j->state != JOB_FAILED)
                look(s, j, ended > 0, clock_seconds() < ended + LAG);
    }
    sweep_view_close(s);
    if (!signals_caught())
        return 0;
    return error_signal(e, signals_caught(),
                        "interrupted: %d of %d jobs are finished, and Slurm runs the others; "
                        "run the same command to follow them, or scancel --name=%s to end them",
                        sweep_count(s, JOB_FINISHED), s->grid.jobs, s->slurm.name);
}
