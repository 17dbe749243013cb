import BoxGeometry
import Raster

/// A picture that was read, with its looks made ready where they are few.
struct ReadyPicture<Prepared: Sendable>: Sendable {
  /// Looks that are made ready together: a picture of more is large, and its looks are made ready ahead of the network only.
  static var mostLooksAtOnce: Int { 8 }

  private let index: Int
  private let failure: (any Error)?
  private let width: Int
  private let height: Int
  private let image: RasterImage?
  private let keepsImage: Bool
  // Held as long as the picture is.
  private let reservation: MemoryReservation
  /// `nil` where the picture could not be read.
  let looks: PictureLooks?
  /// As many as there are looks, or none where these are many.
  let prepared: [Prepared]

  init?<Preparer: LookPreparing>(
    _ index: Int,
    _ source: PictureSource,
    _ plan: LookPlan,
    _ preparer: Preparer,
    _ keepsImage: Bool,
    _ reservation: MemoryReservation
  ) where Preparer.Prepared == Prepared {
    guard let loaded = source.load(index) else { return nil }
    (self.index, self.keepsImage, self.reservation) = (index, keepsImage, reservation)
    switch loaded {
    case .failure(let error):
      (failure, width, height, image, looks, prepared) = (error, 0, 0, nil, nil, [])
    case .success(let picture):
      let looks = plan.looks(width: picture.width, height: picture.height)
      let all = looks.all
      let isTiled = all.count > Self.mostLooksAtOnce
      (failure, width, height) = (nil, picture.width, picture.height)
      self.looks = looks
      prepared = isTiled ? [] : all.map { preparer.prepared($0, at: picture) }
      image = isTiled || keepsImage ? picture : nil
    }
  }

  /// The picture, where its looks are yet to be made ready.
  var imageOfManyLooks: RasterImage? { looks != nil && prepared.isEmpty ? image : nil }

  /// What became of it.
  func prediction(boxes: [ScoredBox]) -> PicturePrediction {
    if let failure { return PicturePrediction(index: index, outcome: .failure(failure)) }
    return PicturePrediction(
      index: index,
      outcome: .success(
        PicturePrediction.Seen(
          width: width,
          height: height,
          boxes: boxes,
          image: keepsImage ? image : nil
        )
      )
    )
  }
}
