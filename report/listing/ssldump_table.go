package listing

var ssldumpSuites []exception
var ssldumpExtensions []exception
