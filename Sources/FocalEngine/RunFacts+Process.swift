import CommandConsole
import DetectionTraining
import Foundation
import Torch

extension RunFacts {
  /// Of this process.
  ///
  /// - Parameters:
  ///   - start: What the run consists of.
  ///   - recipe: Its recipe.
  ///   - processes: Workers that share each step.
  init(of start: TrainingStart, recipe: TrainingRecipe, processes: Int) {
    let process = ProcessInfo.processInfo
    self.init(
      focal: FocalVersion.text,
      libtorch: TorchRuntime.version,
      command: Array(CommandLine.arguments.dropFirst()),
      folder: FileManager.default.currentDirectoryPath,
      system: process.operatingSystemVersionString,
      processor: Machine.processorName,
      cores: process.activeProcessorCount,
      memoryMiB: Int(process.physicalMemory >> 20),
      instructions: TorchRuntime.cpuCapability,
      precision: start.precision,
      threads: start.threads,
      workers: recipe.workers,
      startStep: start.startStep,
      startedAt: .now,
      processes: processes
    )
  }
}
