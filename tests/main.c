/* Runs the suites in parallel, each in its own process, and ends with Check's summary line for all
 * of them. A suite's output is shown if a test in it failed, and otherwise only what was
 * not tested. Check's variables apply:
 * CK_RUN_SUITE=golden runs one suite, CK_RUN_CASE one test, CK_EXCLUDE_TAGS="golden docs" all but
 * two suites (a test's tags are its suite and its name), CK_VERBOSITY=verbose lists every test. */
#include "base/platform.h"
#include "messages.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *test_base(void), *test_tensor(void), *test_layers(void), *test_reference(void),
    *test_gradients(void), *test_config(void), *test_model(void), *test_data(void),
    *test_hostile(void), *test_train(void), *test_programs(void), *test_golden(void),
    *test_house(void), *test_threads(void), *test_bench(void), *test_resume(void),
    *test_sweep(void), *test_report(void), *test_plot(void), *test_diagnosis(void),
    *test_verify(void), *test_compare(void), *test_export(void), *test_softmax(void),
    *test_calibration(void), *test_table(void), *test_docs(void), *test_csv(void),
    *test_gradcheck(void), *test_explain(void), *test_distillation(void), *test_plane(void),
    *test_exercises(void), *test_labels(void), *test_shares(void), *test_outside(void),
    *test_plain(void), *test_picture(void), *test_folders(void), *test_number(void),
    *test_columns(void), *test_finetune(void), *test_predict(void), *test_evaluate(void),
    *test_library(void), *test_python(void), *test_install(void), *test_augment(void),
    *test_mpi(void), *test_faults(void), *test_random(void), *test_directory(void),
    *test_contract(void), *test_trainings(void), *test_register(void), *test_int8(void),
    *test_trained(void), *test_terminal(void), *test_limits(void), *test_validation(void),
    *test_unusual(void);

/* A suite and its counts, in memory shared with the suite's process. */
struct job {
    const char *name;
    Suite *(*suite)(void);
    pid_t process;
    FILE *output;
    struct counts {
        int tests, failures, errors;
    } * counts;
};

/* The slowest come first, so that no CPU sits idle at the end. */
#define ROW(NAME)                                                                                  \
    { .name = #NAME, .suite = test_##NAME }
static struct job jobs[] = {
#ifdef ONEHOT_DOUBLE /* the double build is for gradients and float64 references */
    ROW(gradients),
    ROW(reference),
#else
    ROW(golden),    ROW(docs),     ROW(resume),    ROW(exercises),    ROW(export),
    ROW(gradcheck), ROW(threads),  ROW(tensor),    ROW(train),        ROW(diagnosis),
    ROW(sweep),     ROW(hostile),  ROW(programs),  ROW(bench),        ROW(labels),
    ROW(explain),   ROW(data),     ROW(verify),    ROW(distillation), ROW(plane),
    ROW(layers),    ROW(base),     ROW(compare),   ROW(report),       ROW(calibration),
    ROW(table),     ROW(outside),  ROW(plain),     ROW(plot),         ROW(csv),
    ROW(reference), ROW(house),    ROW(softmax),   ROW(shares),       ROW(config),
    ROW(model),     ROW(picture),  ROW(folders),   ROW(number),       ROW(columns),
    ROW(finetune),  ROW(predict),  ROW(evaluate),  ROW(library),      ROW(python),
    ROW(install),   ROW(augment),  ROW(mpi),       ROW(faults),       ROW(random),
    ROW(directory), ROW(contract), ROW(trainings), ROW(register),     ROW(int8),
    ROW(trained),   ROW(terminal), ROW(limits),    ROW(validation),   ROW(unusual),
#endif
};
enum { JOBS = sizeof jobs / sizeof *jobs };

/* In the suite's own process. */
static void run(const struct job *j) {
    dup2(fileno(j->output), STDOUT_FILENO);
    dup2(fileno(j->output), STDERR_FILENO);
    SRunner *runner = srunner_create(j->suite());
    srunner_run_all(runner, CK_ENV);
    struct counts c = {.tests = srunner_ntests_run(runner)};
    TestResult **failed = srunner_failures(runner);
    for (int i = 0; i < srunner_ntests_failed(runner); i++)
        if (tr_rtype(failed[i]) == CK_FAILURE)
            c.failures++;
        else
            c.errors++;
    *j->counts = c;
    free(failed);
    srunner_free(runner);
    exit(0);
}

static void start(struct job *j) {
    j->output = tmpfile();
    fflush(NULL); /* otherwise the child would print it, too */
    j->process = j->output ? fork() : -1;
    if (j->process == 0)
        run(j);
    if (j->process < 0) {
        perror("tests: cannot start a suite");
        exit(1);
    }
}

/* Prints the lines that begin like this. */
static void show_output(FILE *f, const char *start) {
    char line[4096];
    rewind(f);
    while (fgets(line, sizeof line, f))
        if (strncmp(line, start, strlen(start)) == 0)
            fputs(line, stdout);
}

static void finish(struct job *j, int status, const struct rusage *used) {
    const char *verbosity = getenv("CK_VERBOSITY");
    struct counts *c = j->counts;
    if (status != 0) /* not a test but the suite itself crashed */
        c->tests++, c->errors++;
    bool all = c->failures + c->errors > 0 || (verbosity && c->tests > 0);
    show_output(j->output, all ? "" : "not tested: ");
    if (c->tests > 0)
        printf("  test  %-12s %3d tests %6.1f s of CPU\n", j->name, c->tests,
               (double)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) +
                   1e-6 * (double)(used->ru_utime.tv_usec + used->ru_stime.tv_usec));
    fclose(j->output);
}

/* Waits for any suite to end. */
static void finish_one(void) {
    int status;
    struct rusage used;
    pid_t ended = wait4(-1, &status, 0, &used);
    for (int i = 0; i < JOBS; i++)
        if (jobs[i].process == ended)
            finish(&jobs[i], status, &used);
}

int main(void) {
    int cpus = platform_cpus();
    struct counts sum = {0}, *counts = mmap(NULL, JOBS * sizeof *counts, PROT_READ | PROT_WRITE,
                                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (counts == MAP_FAILED) {
        perror("tests");
        return 1;
    }
    setenv("LANG", "C.UTF-8", 1); /* bars and plots are drawn in it; some machines have none */
    unsetenv("LC_ALL");
    unsetenv("LC_CTYPE");
    messages_begin_run();
    for (int i = 0; i < JOBS + cpus; i++) {
        if (i >= cpus && i - cpus < JOBS)
            finish_one();
        if (i < JOBS) {
            jobs[i].counts = &counts[i];
            start(&jobs[i]);
        }
    }
    for (int i = 0; i < JOBS; i++) {
        sum.tests += counts[i].tests;
        sum.failures += counts[i].failures;
        sum.errors += counts[i].errors;
    }
    int failed = sum.failures + sum.errors, result = messages_end_run(failed == 0);
    printf("%d%%: Checks: %d, Failures: %d, Errors: %d\n",
           sum.tests ? 100 * (sum.tests - failed) / sum.tests : 100, sum.tests, sum.failures,
           sum.errors);
    return failed == 0 && result == 0 ? 0 : 1;
}
