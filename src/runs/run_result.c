#include "runs/run_result.h"
#include "base/compiler.h"
#include "base/platform.h"
#include "base/sha256.h"
#include "tensor/kernel.h"
#include "json/json.h"

#include <math.h>

#ifndef ONEHOT_COMMIT
#define ONEHOT_COMMIT "unknown"
#endif

void run_result_write(const struct run_result *result, const struct training *t, const char *model,
                      const char *weights, const struct text *metrics, struct text *out) {
    const struct evaluation *test = &result->test;
    char metrics_hash[SHA256_HEX], cpu[PLATFORM_CPU_NAME];
    double samples = (double)t->at.epochs * t->train.count;
    struct json j = {.out = out, .lines = 1};
    platform_cpu_name(cpu);
    sha256_hex(metrics->data, metrics->size, metrics_hash);
    json_open(&j, NULL, '{');
    json_string(&j, "name", t->config.name);
    json_string(&j, "data", t->config.data.path);
    json_number(&j, "test_loss", test->count ? test->loss : NAN);
    json_number(&j, "test_accuracy", test->count ? evaluation_accuracy(test) : NAN);
    json_number(&j, "test_errors", test->count ? (double)test->errors : (double)NAN);
    json_string(&j, "model_sha256", model);
    json_string(&j, "weights_sha256", weights);
    json_string(&j, "metrics_sha256", metrics_hash);
    json_string(&j, "dataset_sha256", t->data->digest);
    json_int(&j, "epochs", t->at.epochs);
    json_number(&j, "samples_per_second",
                t->at.seconds > 0 ? floor(samples / t->at.seconds) : (double)NAN);
    json_number(&j, "seconds", round(result->seconds * 1000) / 1000);
    json_int(&j, "threads", thread_pool_threads(t->pool));
    json_string(&j, "kernel", kernel_name());
    json_string(&j, "compiler", COMPILER);
    json_string(&j, "commit", ONEHOT_COMMIT);
    json_number(&j, "best_epoch", t->at.best_epoch > 0 ? t->at.best_epoch : (double)NAN);
    json_string(&j, "cpu", cpu);
    json_strings(&j, "warnings", result->warnings.items, result->warnings.count);
    json_close(&j, '}');
    text_printf(out, "\n");
}
