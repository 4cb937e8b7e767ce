// node run.js MODEL.onnx INPUT FEATURES: reads images or rows as floats from stdin, writes their logits to stdout.
const fs = require("fs"), ort = require("onnxruntime-node");

async function main(path, input, features) {
    const bytes = fs.readFileSync(0);
    const x = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const session = await ort.InferenceSession.create(path);
    const feeds = { [input]: new ort.Tensor("float32", x, [x.length / features, features]) };
    const { logits } = await session.run(feeds);
    fs.writeSync(1, Buffer.from(logits.data.buffer, logits.data.byteOffset, logits.data.byteLength));
}

main(process.argv[2], process.argv[3], Number(process.argv[4]));
