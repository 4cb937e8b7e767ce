/* onehot schema: the JSON Schema of a config. */
#include "config/keys.h"
#include "train/config.h"
#include "ui/command.h"

#include <stdio.h>

extern const struct command schema_command;

static int run(int argc, char **argv, struct error *e) {
    struct option options[] = {{0}};
    int count = command_options(&schema_command, options, argc, argv, 0, 0, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    struct text schema = {0};
    keys_schema(config_keys, "a onehot training config", &schema);
    int result = schema.failed ? error_memory(e, "the schema") : 0;
    if (result == 0)
        fputs(schema.data, stdout);
    text_free(&schema);
    return result;
}

const struct command schema_command = {
    .name = "schema",
    .summary = "print the JSON Schema of a config",
    .arguments = "",
    .help = "An editor that knows the schema completes and checks configs; every key's meaning,\n"
            "range and default is in it. configs/schema.json is its output (make schema).\n\n"
            "examples:\n"
            "  ./onehot schema >schema.json\n",
    .run = run,
};
