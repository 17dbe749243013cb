import Foundation
import Testing

@testable import DetectionServer

@Suite struct APIDocumentTests {
  private func document(
    _ configuration: DetectionServerConfiguration = DetectionServerConfiguration()
  ) throws -> [String: Any] {
    let text = APIDocument.json(for: configuration)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func object(_ value: Any?, _ path: String...) throws -> [String: Any] {
    var current = value
    for name in path { current = (current as? [String: Any])?[name] }
    return try #require(current as? [String: Any], "\(path)")
  }

  @Test func `it tells of every route and method that there is, and of no other`() throws {
    let document = try document()
    #expect(document["openapi"] as? String == "3.1.0")
    let paths = try object(document["paths"])
    #expect(Set(paths.keys) == Set(ServerRoute.allCases.map(\.rawValue)))
    for route in ServerRoute.allCases {
      let methods = try object(paths[route.rawValue]).keys.map { $0.uppercased() }
      // HEAD goes with GET and is not told.
      #expect(methods == route.methods.filter { $0 != "HEAD" })
      let operation = try object(paths[route.rawValue], methods[0].lowercased())
      #expect((operation["security"] as? [Any])?.isEmpty == (route.isOpen ? true : nil))
    }
  }

  /// Each parameter it names is taken, and a parameter it does not name is refused.
  @Test func `it tells of the parameters that are read`() throws {
    let detect = try object(try document()["paths"], "/v1/detections", "post")
    let parameters = try #require(detect["parameters"] as? [[String: Any]])
    let names = parameters.filter { $0["in"] as? String == "query" }.compactMap {
      $0["name"] as? String
    }
    #expect(names == ["threshold", "top_k", "classes", "iou"])
    for name in names {
      let value = name == "classes" ? "cat" : "1"
      #expect(throws: Never.self) { try DetectionQuery("\(name)=\(value)", for: .pets()) }
    }
  }

  @Test func `it tells of every error`() throws {
    let document = try document()
    let error = try object(document["components"], "schemas", "Error", "properties", "error")
    let codes = try object(error["properties"], "code")["enum"] as? [String]
    #expect(codes == ServerError.Code.allCases.map(\.rawValue))
    let responses = try object(document["paths"], "/v1/detections", "post", "responses")
    let told = Set(responses.keys.compactMap { Int($0) })
    let possible = Set(ServerError.Code.allCases.filter { $0 != .unknownRoute }.map(\.status))
    #expect(told == possible.union([200]))
  }

  @Test func `every reference leads somewhere`() throws {
    let document = try document()
    var references = 0
    func check(_ value: Any) throws {
      if let list = value as? [Any] { for item in list { try check(item) } }
      guard let fields = value as? [String: Any] else { return }
      if let reference = fields["$ref"] as? String {
        references += 1
        var place: Any? = document
        for name in reference.split(separator: "/").dropFirst() {
          place = (place as? [String: Any])?[String(name)]
        }
        #expect(place != nil, "\(reference)")
      }
      for item in fields.values { try check(item) }
    }
    try check(document)
    #expect(references > 10)
  }

  @Test func `a token is asked for where there is one`() throws {
    #expect((try document()["security"] as? [[String: Any]])?.count == 2)
    var configuration = DetectionServerConfiguration()
    configuration.token = AccessToken("x")
    #expect((try document(configuration)["security"] as? [[String: Any]])?.count == 1)
  }
}
