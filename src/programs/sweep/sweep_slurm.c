/* Runs the jobs of a sweep as a job array of Slurm. Slurm keeps all state: the array has a name
 * that depends only on the jobs and the folder, so that the same command finds it again. */
#define _GNU_SOURCE
#include "base/embed.h"
#include "base/file.h"
#include "base/platform.h"
#include "base/template.h"
#include "programs/sweep/sweep.h"
#include "ui/signals.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

enum { POLL = 2, LAG = 90 }; /* seconds; a file on NFS may appear after the job's end, by LAG */

int sweep_slurm_name(struct sweep *s, struct error *e) {
    char hex[SHA256_HEX], *folder = getcwd(NULL, 0);
    struct sha256 h;
    if (!folder)
        return error_run(e, "the current folder has no path: %s", strerror(errno));
    sha256_begin(&h);
    sha256_add(&h, folder, strlen(folder));
    for (const struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++)
        sha256_add(&h, j->id, sizeof j->id);
    sha256_end(&h, hex);
    free(folder);
    snprintf(s->slurm.name, sizeof s->slurm.name, "onehot-%.8s", hex);
    return 0;
}

void sweep_slurm_script(const struct sweep *s, const char *commands, struct text *t) {
    struct text array = {0};
    for (int i = 0, last; i < s->grid.jobs; i = last + 1) {
        last = i;
        if (s->jobs[i].state != JOB_WAITING)
            continue;
        while (last + 1 < s->grid.jobs && s->jobs[last + 1].state == JOB_WAITING)
            last++;
        text_printf(&array, last > i ? "%s%d-%d" : "%s%d", array.size ? "," : "", i + 1, last + 1);
    }
    if (s->slurm.at_a_time > 0)
        text_printf(&array, "%%%d", s->slurm.at_a_time);
    template_add(t, embed_programs_sweep_slurm_in, "script",
                 "name=%s array=%s threads=%d options=%s jobs=%s", s->slurm.name, array.data,
                 s->threads, s->slurm.options, commands);
    text_done(&array, t);
}

/* Submits the waiting jobs. sbatch prints what is wrong on stderr. */
static int submit(struct sweep *s, struct error *e) {
    struct text t = {0};
    sweep_list(s, true, &t);
    if (t.failed) {
        text_free(&t);
        return error_memory(e, "the jobs");
    }
    fflush(stdout);
    FILE *sbatch = popen("exec sbatch >/dev/null", "w");
    if (sbatch)
        fputs(t.data, sbatch);
    text_free(&t);
    if (!sbatch || pclose(sbatch) != 0)
        return error_run(e, "onehot sweep: sbatch failed; correct --slurm='OPTIONS', or print the "
                            "script with --list=slurm");
    for (struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++)
        j->state = j->state == JOB_WAITING ? JOB_QUEUED : j->state;
    return 0;
}

/* Sets the error of a job that has ended without a result: the last line that it has printed. */
static void explain(const struct sweep *s, struct job *j) {
    char path[FILE_PATH], *log;
    size_t size;
    struct error none = {0};
    snprintf(path, sizeof path, "runs/.%s/%d", s->slurm.name, (int)(j - s->jobs) + 1);
    log = file_read(path, 1 << 20, &size, &none);
    while (log && size > 0 && log[size - 1] == '\n')
        log[--size] = '\0';
    const char *line = log ? strrchr(log, '\n') : NULL;
    if (size > 0 && log)
        error_run(&j->error, "%s", line ? line + 1 : log);
    else
        error_run(&j->error, "Slurm ended it: %s",
                  *j->slurm ? j->slurm : "it is not known any more");
    free(log);
}

/* Sets the job's state from Slurm's. */
static void update(struct sweep *s, struct job *j, bool first) {
    static const char *const ended[] = {"COMPLETED", "CANCELLED",     "FAILED",    "TIMEOUT",
                                        "DEADLINE",  "OUT_OF_MEMORY", "BOOT_FAIL", ""};
    int i = 0;
    while (i < 8 && strcmp(j->slurm, ended[i]) != 0)
        i++;
    if (sweep_take_result(j, false))
        sweep_view_job(s, j);
    else if (strcmp(j->slurm, "PREEMPTED") == 0 || strcmp(j->slurm, "NODE_FAIL") == 0)
        j->state = JOB_WAITING; /* Slurm has not queued it again */
    else if (i == 8)
        j->state = strcmp(j->slurm, "PENDING") == 0 ? JOB_QUEUED : JOB_RUNNING;
    else if (first)
        j->state = JOB_WAITING;
    else if (i == 0 && j->retry == 0)
        j->retry = clock_seconds() + LAG;
    else if (i > 0 || clock_seconds() > j->retry) {
        j->state = JOB_FAILED;
        explain(s, j);
        sweep_view_job(s, j);
    }
}

/* Asks Slurm for the states of the jobs. For those of several arrays, the last one counts. */
static int poll(struct sweep *s, bool first) {
    char command[200], line[100], state[20];
    int index, status = -1;
    snprintf(
        command, sizeof command,
        "exec squeue --me --noheader --array --states=all --sort=i --format='%%K %%T' --name=%s",
        s->slurm.name);
    for (struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++)
        *j->slurm = '\0';
    FILE *squeue = popen(command, "r");
    while (squeue && fgets(line, sizeof line, squeue))
        if (sscanf(line, "%d %19s", &index, state) == 2 && index >= 1 && index <= s->grid.jobs)
            strcpy(s->jobs[index - 1].slurm, state);
    if (squeue)
        status = pclose(squeue);
    for (struct job *j = s->jobs; j < s->jobs + s->grid.jobs && status == 0; j++)
        if (j->state != JOB_FINISHED && j->state != JOB_FAILED)
            update(s, j, first);
    return status;
}

int sweep_slurm_run(struct sweep *s, struct error *e) {
    if (poll(s, true) != 0)
        return error_run(e, "onehot sweep: squeue failed; call --slurm on a host with Slurm");
    signals_catch();
    while (!signals_caught()) {
        if (sweep_count(s, JOB_WAITING) > 0 && submit(s, e) != 0)
            return -1;
        sweep_view_running(s);
        if (sweep_count(s, JOB_QUEUED) + sweep_count(s, JOB_RUNNING) == 0)
            break;
        nanosleep(&(struct timespec){.tv_sec = POLL}, NULL);
        (void)poll(s, false); /* if Slurm does not answer, it may later */
    }
    sweep_view_close(s);
    return signals_caught();
}
