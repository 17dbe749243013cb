import DetectionTraining
import Foundation
import Testing

@testable import TrainingDoctor

@Suite struct MachineChecksTests {
  private func found(
    _ change: (inout TrainingRecipe, inout MachineFacts) -> Void,
    processes: Int = 1
  ) -> [DoctorFinding] {
    var (recipe, machine) = (TrainingRecipe(), Subjects.machine)
    change(&recipe, &machine)
    return Doctor.machine(recipe, processes: processes, on: machine)
  }

  @Test func `bfloat16 without hardware is slower and less exact`() {
    #expect(found { recipe, _ in recipe.precision = .bfloat16 }.isEmpty)
    #expect(found { _, machine in machine.hasFastBFloat16 = false }.isEmpty)
    let findings = found { recipe, machine in
      recipe.precision = .bfloat16
      machine.hasFastBFloat16 = false
    }
    #expect(findings.map(\.check) == [.arithmetic] && findings[0].severity == .warning)
    #expect(findings[0].remedy == "set precision=auto")
  }

  @Test func `threads are held against the cores`() {
    #expect(found { recipe, _ in recipe.threads = 8 }.isEmpty)
    #expect(found { recipe, _ in recipe.threads = 9 }.map(\.check) == [.arithmetic])
    let alone = found { _, machine in machine.threads = 1 }
    #expect(alone.count == 1 && alone[0].why.contains("OMP_NUM_THREADS=1"))
    #expect(
      found { recipe, machine in
        machine.threads = 1
        recipe.threads = 4
      }.isEmpty
    )
    #expect(found { _, machine in (machine.threads, machine.cores) = (1, 1) }.isEmpty)
    // A launcher of several processes gives one thread to each.
    #expect(found({ _, machine in machine.threads = 1 }, processes: 2).isEmpty)
  }

  @Test func `processes are held against pictures and cores`() {
    #expect(found({ recipe, _ in recipe.threads = 4 }, processes: 2).isEmpty)
    let idle = found({ recipe, _ in recipe.schedule.batchSize = 2 }, processes: 4)
    #expect(idle.map(\.severity) == [.warning] && idle[0].why == "2 of them have nothing to do")
    let uneven = found({ recipe, _ in recipe.schedule.batchSize = 6 }, processes: 4)
    #expect(uneven.map(\.severity) == [.note])
    let crowded = found({ recipe, _ in recipe.threads = 8 }, processes: 4)
    #expect(crowded.map(\.check) == [.workers] && crowded[0].remedy.contains("threads=2"))
  }

  @Test func `a folder that is no good is told before it is made`() {
    #expect(FolderCheck.findings(Subjects.folder).isEmpty)
    func found(_ change: (inout FolderFacts) -> Void) -> [DoctorFinding] {
      var folder = Subjects.folder
      change(&folder)
      return FolderCheck.findings(folder)
    }
    #expect(found { $0.obstacle = "x is a file" }.map(\.severity) == [.error])
    #expect(found { $0.isInUse = true }.map(\.severity) == [.error])
    #expect(found { $0.holdsRun = true }[0].remedy.contains("--resume runs/new"))
    #expect(found { $0.hasLocks = false }.map(\.severity) == [.warning])
    #expect(found { $0.hasLocks = nil }.isEmpty)
  }

  @Test func `a folder is looked at as it is, and nothing is left in it`() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-doctor-\(UUID().uuidString)", isDirectory: true)
    let manager = FileManager.default
    try manager.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: url) }
    let new = FolderFacts(of: RunFolder(url.appendingPathComponent("a/b")))
    #expect(new.obstacle == nil && !new.holdsRun && !new.isInUse && new.hasLocks == true)
    #expect((new.freeBytes ?? 0) > 0)
    #expect(try manager.contentsOfDirectory(atPath: url.path).isEmpty)
    try Data().write(to: url.appendingPathComponent("file"))
    let blocked = FolderFacts(of: RunFolder(url.appendingPathComponent("file/run")))
    #expect(blocked.obstacle?.hasSuffix("file is a file") == true)
    try Data().write(to: url.appendingPathComponent("last.safetensors"))
    #expect(FolderFacts(of: RunFolder(url)).holdsRun)
  }

  @Test func `a disk without room for one checkpoint is an error, for all a warning`() {
    func severities(_ needed: Int, _ free: Int?) -> [DoctorFinding.Severity] {
      var folder = Subjects.folder
      folder.freeBytes = free
      return DiskCheck.findings(needed: needed, least: needed / 4, folder: folder).map(\.severity)
    }
    #expect(severities(1 << 30, 2 << 30) == [])
    #expect(severities(1 << 30, (2 << 30) - 2) == [.warning])
    #expect(severities(1 << 30, (1 << 30) - 1) == [.warning])
    #expect(severities(1 << 30, 1 << 28) == [.warning])
    #expect(severities(1 << 30, (1 << 28) - 1) == [.error])
    #expect(severities(1 << 30, nil) == [])
  }

  @Test func `memory is an error only where it was measured and cannot be had`() {
    func severities(_ gibibytes: Int, measured: Bool, processes: Int = 1)
      -> [DoctorFinding.Severity]
    {
      MemoryCheck.findings(
        needed: gibibytes << 30,
        isMeasured: measured,
        processes: processes,
        on: Subjects.machine
      ).map(\.severity)
    }
    #expect(severities(40, measured: true) == [])
    #expect(severities(50, measured: true) == [.warning])
    #expect(severities(65, measured: true) == [.error])
    #expect(severities(65, measured: false) == [.warning])
    #expect(severities(17, measured: true, processes: 4) == [.error])
  }

  @Test func `this machine has cores and memory`() {
    let machine = MachineFacts.current
    #expect(machine.cores >= 1 && machine.threads >= 1)
    #expect(machine.memory > 100 << 20)
    #expect(machine.availableMemory > 0 && machine.availableMemory <= machine.memory)
  }
}
