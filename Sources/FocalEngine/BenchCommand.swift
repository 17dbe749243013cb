import ArgumentParser

/// `focal bench`: how fast this machine is, against what it could be.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time this program's hot paths against the machine's own limits.",
    discussion: """
      Examples:
        focal bench loss
        focal bench loss --dtype bf16 --threads 2 --json
        focal bench train --backbone resnet18 --size 256 --batch 8
        focal bench lens
        focal bench infer --parts
        focal bench eval --json
        focal bench load --images pictures
        focal bench nms
        focal bench serve --model best.safetensors --images pictures

      Each case is timed in turns with its limit, in one run: compare ratios, not milliseconds, across machines.
      """,
    subcommands: [
      BenchLossCommand.self, BenchLensCommand.self, BenchTrainCommand.self, BenchInferCommand.self,
      BenchEvalCommand.self, BenchLoadCommand.self, BenchNMSCommand.self, BenchServeCommand.self,
    ]
  )
}
