// Generated for @MODEL@.tflite. Not compiled where it was made.
// Podfile: pod 'TensorFlowLiteSwift'
// Add @MODEL@.tflite and labels.txt to the target's resources.

import Foundation
import TensorFlowLite
import UIKit

/// Classifies images. Threads may share an instance: an interpreter answers one at a time.
final class ImageClassifier {
  private static let width = @WIDTH@
  private static let height = @HEIGHT@

  private let labels: [String]
  private let interpreter: Interpreter
  private let lock = NSLock()

  init(bundle: Bundle = .main) throws {
    guard let model = bundle.path(forResource: "@MODEL@", ofType: "tflite"),
      let names = bundle.url(forResource: "labels", withExtension: "txt")
    else { throw CocoaError(.fileNoSuchFile) }
    let lines = try String(contentsOf: names, encoding: .utf8)
    labels = lines.split(separator: "\n", omittingEmptySubsequences: false)
      .prefix(@CLASSES@).map(String.init)
    var options = Interpreter.Options()
    options.threadCount = 2
    interpreter = try Interpreter(modelPath: model, options: options)
    try interpreter.allocateTensors()
  }

  /// Scores of an image, best first.
  func classify(_ image: UIImage) throws -> [(label: String, score: Float)] {
    let numbers = try Self.read(image).map { @SWIFT_NUMBER@($0) }
    lock.lock()
    defer { lock.unlock() }
    try interpreter.copy(numbers.withUnsafeBufferPointer { Data(buffer: $0) }, toInputAt: 0)
    try interpreter.invoke()
    let scores = try interpreter.output(at: 0).data.withUnsafeBytes {
      Array($0.bindMemory(to: Float32.self))
    }
    return zip(labels, scores).map { (label: $0, score: $1) }.sorted { $0.score > $1.score }
  }

  // RGB, 0 to 255, stretched to the model's size: scaling is in the file.
  private static func read(_ image: UIImage) throws -> [UInt8] {
    var rgba = [UInt8](repeating: 255, count: width * height * 4)
    try rgba.withUnsafeMutableBytes { memory in
      guard let space = CGColorSpace(name: CGColorSpace.sRGB),
        let context = CGContext(
          data: memory.baseAddress, width: width, height: height, bitsPerComponent: 8,
          bytesPerRow: width * 4, space: space,
          bitmapInfo: CGImageAlphaInfo.noneSkipLast.rawValue)
      else { throw CocoaError(.featureUnsupported) }
      // UIKit draws upright, and from the top down.
      context.translateBy(x: 0, y: CGFloat(height))
      context.scaleBy(x: 1, y: -1)
      UIGraphicsPushContext(context)
      image.draw(in: CGRect(x: 0, y: 0, width: width, height: height))
      UIGraphicsPopContext()
    }
    return rgba.enumerated().filter { $0.offset % 4 != 3 }.map(\.element)
  }
}
