import Testing

@testable import TorchDistributed

@Suite struct WorkerPlacementTests {
  private static let torchrun = [
    "RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2",
    "MASTER_ADDR": "10.0.0.1", "MASTER_PORT": "29500", "TORCHELASTIC_USE_AGENT_STORE": "True",
    "TORCHELASTIC_RESTART_COUNT": "2",
  ]

  @Test func `without variables a process works alone`() throws {
    #expect(try WorkerPlacement.found(in: [:]) == nil)
    #expect(try WorkerPlacement.found(in: ["PATH": "/bin", "RANK": ""]) == nil)
  }

  @Test func `torchrun's contract`() throws {
    let found = try WorkerPlacement.found(in: Self.torchrun)
    #expect(
      found
        == WorkerPlacement(
          rank: 3,
          count: 4,
          localCount: 2,
          host: "10.0.0.1",
          port: 29500,
          keeper: .launcher,
          attempt: "2"
        )
    )
  }

  @Test func `a job of one worker is none of several`() throws {
    #expect(try WorkerPlacement.found(in: ["RANK": "0", "WORLD_SIZE": "1"]) == nil)
    let slurm = ["SLURM_PROCID": "0", "SLURM_NTASKS": "1", "SLURM_STEP_ID": "0"]
    #expect(try WorkerPlacement.found(in: slurm) == nil)
  }

  @Test(arguments: [
    (["RANK": "0"], "WORLD_SIZE: not set though RANK is"),
    (["WORLD_SIZE": "2"], "RANK: not set though WORLD_SIZE is"),
    (
      ["RANK": "2", "WORLD_SIZE": "2", "MASTER_ADDR": "a", "MASTER_PORT": "1"], "found rank 2 of 2"
    ),
    (["RANK": "x", "WORLD_SIZE": "2"], "RANK: found 'x', expected a whole number"),
    (["RANK": "-1", "WORLD_SIZE": "2"], "RANK: found '-1'"),
    (["RANK": "0", "WORLD_SIZE": "2"], "MASTER_ADDR: not set"),
    (["RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "a"], "MASTER_PORT: not set"),
    (
      ["RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "a", "MASTER_PORT": "70000"],
      "MASTER_PORT: found '70000', expected 1 to 65535"
    ),
    (["SLURM_PROCID": "0", "SLURM_STEP_ID": "0"], "SLURM_NTASKS: not set though SLURM_PROCID is"),
    (
      ["SLURM_PROCID": "0", "SLURM_STEP_ID": "0", "SLURM_NTASKS": "2"],
      "SLURM_JOB_NODELIST: found nothing"
    ),
    (
      [
        "OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
      ],
      "MASTER_ADDR: not set"
    ),
    (["PMI_RANK": "0"], "PMI_SIZE: not set though PMI_RANK is"),
  ])
  func `incomplete or contradicting variables are named`(
    variables: [String: String],
    message: String
  ) {
    let error = #expect(throws: PlacementError.self) {
      try WorkerPlacement.found(in: variables)
    }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test func `workers on the loopback interface share this machine`() throws {
    let found = try WorkerPlacement.found(in: [
      "RANK": "0", "WORLD_SIZE": "3", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "1234",
    ])
    #expect(found?.localCount == 3)
    #expect(found?.keeper == .firstWorker)
  }

  @Test func `Slurm's step tells rank, machines and a port that all come to`() throws {
    var variables = [
      "SLURM_PROCID": "2", "SLURM_STEP_NUM_TASKS": "5", "SLURM_NTASKS": "99", "SLURM_STEP_ID": "0",
      "SLURM_JOB_ID": "4711", "SLURM_JOB_NODELIST": "gpu[07-09,12],login", "SLURM_NODEID": "1",
      "SLURM_STEP_TASKS_PER_NODE": "2(x2),1",
    ]
    let found = try WorkerPlacement.found(in: variables)
    #expect(found?.rank == 2)
    #expect(found?.count == 5)
    #expect(found?.localCount == 2)
    #expect(found?.host == "gpu07")
    #expect((20_000..<32_000).contains(found?.port ?? 0))
    variables["SLURM_PROCID"] = "4"
    variables["SLURM_NODEID"] = "2"
    let other = try WorkerPlacement.found(in: variables)
    #expect(other?.port == found?.port)
    #expect(other?.localCount == 1)
    variables["SLURM_JOB_ID"] = "4712"
    #expect(try WorkerPlacement.found(in: variables)?.port != found?.port)
  }

  @Test func `a batch script that calls no srun is one process`() throws {
    let variables = ["SLURM_PROCID": "0", "SLURM_NTASKS": "8", "SLURM_JOB_NODELIST": "a[1-8]"]
    #expect(try WorkerPlacement.found(in: variables) == nil)
  }

  @Test func `torchrun started by Slurm goes before Slurm`() throws {
    let slurm = ["SLURM_PROCID": "0", "SLURM_NTASKS": "2", "SLURM_STEP_ID": "0"]
    let found = try WorkerPlacement.found(in: Self.torchrun.merging(slurm) { first, _ in first })
    #expect(found?.rank == 3)
  }

  @Test func `MPI on one machine needs no address`() throws {
    let open = try WorkerPlacement.found(in: [
      "OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
      "PMIX_NAMESPACE": "prterun-host-77@1",
    ])
    #expect(open?.host == "127.0.0.1")
    #expect(open?.rank == 1)
    let mpich = try WorkerPlacement.found(in: [
      "PMI_RANK": "1", "PMI_SIZE": "2", "MPI_LOCALNRANKS": "2", "MASTER_PORT": "5000",
    ])
    #expect(mpich?.host == "127.0.0.1")
    #expect(mpich?.port == 5000)
  }

  @Test(arguments: [
    ("node1", "node1"), ("a,b", "a"), ("n[003-010,12]", "n003"),
    ("rack[2-4,7]node[01-08],x", "rack2node01"),
    ("n[5]-ib", "n5-ib"),
  ])
  func `the first machine of a list`(list: String, first: String) {
    #expect(WorkerPlacement.firstHost(in: list) == first)
  }

  @Test(arguments: ["", ",a", "n[1-2"])
  func `a list that is none has no first machine`(list: String) {
    #expect(WorkerPlacement.firstHost(in: list) == nil)
  }
}
